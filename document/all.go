package document

// formats are the readers, in the order in which they are asked whether a file is theirs: those that know their files by
// their first bytes, then those that go by the name.
var formats = []*format{
	// one line each
	odp, ods, odt,
	&protected,
	&hwp,
	&lockedOffice,
	&pdf,
	hwpml,
	hwpx,
	&docx,
	&pptx,
	&pngPicture.format, &jpegPicture.format, &gifPicture.format, &bmpPicture.format, &tiffPicture.format, &webpPicture.format,
	webPage,
	&archive,
	&separated, &plainText, // anything that is text: the last one
}
