package tensor

import "fmt"

// PageBytes returns the memory of a page: keys and values of all layers for PageSize positions, in the form that
// Layout names. It is a view: whoever keeps the bytes longer copies them, and bytes of another cache may be copied
// in if its Layout is the same.
func (kv *KV) PageBytes(page int32) []byte {
	size := len(kv.data) / kv.Pages
	return kv.data[int(page)*size:][:size:size]
}

// kvLayout counts the forms that pages have had. Raise it with every change of what the bytes of a page mean.
const kvLayout = 3

// Layout names the form of a page: two caches whose layouts are equal understand each other's pages. Machines that
// store numbers the other way round have another.
func (kv *KV) Layout() string {
	order := "le"
	if bigEndian {
		order = "be"
	}
	return fmt.Sprintf("kv%d-%s-%v-l%d-g%d-e%d-p%d", kvLayout, order, kv.Type, kv.Layers, kv.Heads, kv.HeadDim, kv.PageSize)
}
