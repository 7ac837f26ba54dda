package document

// Version is raised when documents are read in another way than before, so that a folder that is searched is read again. What a server
// has read of its documents stays as it is: answers cite it by its texts.
const Version = "2"
