package hub

// sources are the places models come from, one file each.
var sources = []source{
	huggingFace{},
	link{},
	folder{},
	packages{},
}
