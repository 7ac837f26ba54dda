package document

// Version is raised when documents are read in another way than before, so that what was read is read again.
const Version = "2"
