package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	_ "image/gif" // what DecodeConfig knows
	_ "image/jpeg"
	_ "image/png"
	"net/http"
	"slices"
	"strings"

	"exaone/chat"
)

// Pictures come within a request, in base64: nothing here fetches an address that somebody names. They are for models that see,
// which are on other servers; for others they are refused where they stand, and not left out.

// maxImages is how many pictures one request may have.
const maxImages = 16

// imageTypes are the media types that models which see know.
var imageTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}

// eyes returns what finds out whether the model that a body asks for is there for whoever asks, and sees.
func (s *Server) eyes(r *http.Request, o *object) func() (bool, error) {
	named := o.fields["model"] // whoever reads the body takes it out
	return func() (bool, error) {
		var model string
		if s.opts.Sees == nil || named != nil && json.Unmarshal(named, &model) != nil {
			return false, nil
		}
		if _, err := s.modelInfo(r, model); err != nil {
			return false, nil // which is told where the model is asked for
		}
		return s.opts.Sees(r.Context(), model)
	}
}

// sees reports whether the model that is asked can be shown pictures, and finds it out for the first picture of a body. If that
// cannot be found out, its error is the body's: that a server is not there says nothing of the picture.
func (f *faults) sees() bool {
	if f.first != nil || f.failed != nil || f.look == nil {
		return false
	}
	if !f.looked {
		f.looked = true
		f.eyes, f.failed = f.look()
	}
	return f.eyes && f.failed == nil
}

// image takes a picture, data in base64, that stands at a place of the body. mime "" is what the data says.
func (f *faults) image(at, mime, data string) (chat.Image, bool) {
	if !f.sees() {
		f.add(chat.CodeNoEyes, at)
		return chat.Image{}, false
	}
	if f.images++; f.images > maxImages {
		f.add(chat.CodeBadField, at, fmt.Sprintf("picture %d", f.images), fmt.Sprintf("at most %d pictures", maxImages))
		return chat.Image{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(raw) == 0 {
		f.add(chat.CodeBadField, at, fmt.Sprintf("%.40q", data), "a picture in base64")
		return chat.Image{}, false
	}
	is := http.DetectContentType(raw)
	if mime == "image/jpg" {
		mime = "image/jpeg"
	}
	if !slices.Contains(imageTypes, is) || mime != "" && mime != is {
		f.add(chat.CodeBadField, at, fmt.Sprintf("%.40s %.40s", mime, is), strings.Join(imageTypes, " | "))
		return chat.Image{}, false
	}
	m := chat.Image{Type: is, Data: raw}
	if config, _, err := image.DecodeConfig(bytes.NewReader(raw)); err == nil {
		m.Width, m.Height = config.Width, config.Height
	} else if is != "image/webp" { // which nobody here measures
		f.add(chat.CodeBadField, at, err.Error(), "a picture that can be read")
		return chat.Image{}, false
	}
	return m, true
}

// imageURL takes a picture out of a data: address; others are refused.
func (f *faults) imageURL(at, address string) (chat.Image, bool) {
	if !f.sees() {
		f.add(chat.CodeNoEyes, at)
		return chat.Image{}, false
	}
	head, data, ok := strings.Cut(address, ",")
	mime, is := strings.CutPrefix(head, "data:")
	mime, coded := strings.CutSuffix(mime, ";base64")
	if !ok || !is || !coded {
		f.add(chat.CodeBadField, at, fmt.Sprintf("%.40q", address), "data:image/png;base64,…: nothing is fetched from an address")
		return chat.Image{}, false
	}
	return f.image(at, mime, data)
}

// openaiImage takes a part of type image_url, whose image_url is an object, or input_image, whose image_url is a text.
func openaiImage(part *object) (chat.Image, bool) {
	at := part.where()
	if !part.sees() {
		part.add(chat.CodeNoEyes, at)
		return chat.Image{}, false
	}
	detail := func(o *object) { o.choice("detail", "auto", "low", "high", "original") } // how closely is the server's to say
	if raw := part.fields["image_url"]; len(raw) > 0 && raw[0] == '{' {
		inner := part.object("image_url")
		address := inner.need("url", "data:image/png;base64,…")
		detail(inner)
		inner.close()
		return part.imageURL(at, address)
	}
	part.only("file_id", "no files are kept here", `""`)
	detail(part)
	return part.imageURL(at, part.need("image_url", "data:image/png;base64,…"))
}

// anthropicImage takes a block of type image.
func anthropicImage(b *object) (chat.Image, bool) {
	at := b.where()
	if !b.sees() {
		b.add(chat.CodeNoEyes, at)
		return chat.Image{}, false
	}
	source := b.object("source")
	if source == nil {
		b.add(chat.CodeBadField, b.name("source"), "nothing", "an object")
		return chat.Image{}, false
	}
	source.choice("type", "base64") // nothing is fetched, and no files are kept
	mime, _ := source.text("media_type")
	data := source.need("data", "a picture in base64")
	source.close()
	return b.image(at, mime, data)
}

// ollamaImages takes the pictures of a message or a prompt.
func ollamaImages(o *object) []chat.Image {
	raw := o.take("images")
	if raw == nil || compact(raw) == "[]" {
		return nil
	}
	if !o.sees() {
		o.add(chat.CodeNoEyes, o.name("images"))
		return nil
	}
	var all []chat.Image
	for i, element := range o.list("images", raw, maxImages) {
		at := fmt.Sprintf("%s[%d]", o.name("images"), i)
		var data string
		if json.Unmarshal(element, &data) != nil {
			o.add(chat.CodeBadField, at, shorten(element), "a picture in base64")
			return nil
		}
		m, ok := o.image(at, "", data)
		if !ok {
			return nil
		}
		all = append(all, m)
	}
	return all
}
