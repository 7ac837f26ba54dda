package document

// formats are the readers, in the order in which they are asked whether a file is theirs: those that know their files by
// their first bytes, then those that go by the name.
var formats = []*format{
	// one line each
	&protected,
	&hwp,
	&lockedOffice,
	&mail, &msg, &oldDoc, &oldXLS, &oldPPT, &hwp3, &oldRTF,
	&pdf,
	&docx,
	&pptx,
	hwpml,
	odp, ods, odt,
	hwpx,
	&pngPicture.format, &jpegPicture.format, &gifPicture.format, &bmpPicture.format, &tiffPicture.format, &webpPicture.format,
	&xlsx,
	&epub,
	&archive,
	webPage,
	&markdownFile,
	&separated, &plainText, // anything that is text: the last one
}
