package chat

// The codes of collections of documents, and of what is not shown of them.
const (
	CodeNoCollection   Code = "no_collection"   // id
	CodeDocumentGone   Code = "document_gone"   // nothing: stands where something rested on a document that was deleted
	CodeDocumentHidden Code = "document_hidden" // nothing: stands where something rests on a document that a reader may not see
)

// collectionTexts are the texts of collections.
var collectionTexts = map[Code]text{
	CodeNoCollection: {
		"‘%s’ 문서 모음을 찾을 수 없습니다.",
		"there is no collection %q"},
	CodeDocumentGone:   {"[삭제된 문서]", "[deleted document]"},
	CodeDocumentHidden: {"[볼 수 없는 문서]", "[document you may not see]"},

	"ui_act_collection_readers": {"문서 모음을 읽을 사람 변경", "Who may read a collection changed"},
	"ui_act_collection_delete":  {"문서 모음 삭제", "Collection deleted"},
	"ui_act_backup_expire":      {"오래된 백업 삭제", "Old copies of the store deleted"},
}
