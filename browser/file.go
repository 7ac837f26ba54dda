package browser

// Choose has a file field take files, or a folder that picks folders: what the browser's own dialog does.
func (b *Tab) Choose(selector string, paths ...string) {
	b.T.Helper()
	b.Call("DOM.setFileInputFiles", map[string]any{"files": paths, "objectId": b.object(selector)})
}

// Drag holds files and folders over a place of the window; Drop lets them go there.
func (b *Tab) Drag(x, y int, paths ...string) {
	b.T.Helper()
	for _, kind := range []string{"dragEnter", "dragOver"} {
		b.drag(kind, x, y, paths)
	}
}

// Drop drags files and folders to a place of the window and lets them go.
func (b *Tab) Drop(x, y int, paths ...string) {
	b.T.Helper()
	b.Drag(x, y, paths...)
	b.drag("drop", x, y, paths)
}

func (b *Tab) drag(kind string, x, y int, paths []string) {
	b.T.Helper()
	const copies = 1 // the one thing that may be done with them
	b.Call("Input.dispatchDragEvent", map[string]any{"type": kind, "x": x, "y": y,
		"data": map[string]any{"items": []any{}, "files": paths, "dragOperationsMask": copies}})
}
