package document

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
)

// countEPUB counts the chapters of the spine, each by its bytes, and the pictures that they show.
func countEPUB(ctx context.Context, src *Source, l Limits) (Count, error) {
	var n Count
	archive, err := zip.NewReader(&listing{ReaderAt: src, left: maxListing + src.Size}, src.Size)
	if err != nil {
		return n, err
	}
	c := epubCount{archive: archive, left: l.Unpacked}
	var container struct {
		Roots []struct {
			Path string `xml:"full-path,attr"`
		} `xml:"rootfiles>rootfile"`
	}
	if err := c.xml("META-INF/container.xml", &container); err != nil || len(container.Roots) == 0 {
		return n, fmt.Errorf("META-INF/container.xml: %d root files, %w", len(container.Roots), err)
	}
	root := path.Clean(container.Roots[0].Path)
	var opf struct {
		Items []struct {
			ID   string `xml:"id,attr"`
			Href string `xml:"href,attr"`
		} `xml:"manifest>item"`
		Refs []struct {
			ID string `xml:"idref,attr"`
		} `xml:"spine>itemref"`
	}
	if err := c.xml(root, &opf); err != nil {
		return n, err
	}
	hrefs := map[string]string{}
	for _, item := range opf.Items {
		hrefs[item.ID] = item.Href
	}
	shown := map[string]bool{}
	for _, ref := range opf.Refs {
		href, ok := hrefs[ref.ID]
		if !ok || ctx.Err() != nil {
			continue
		}
		name := c.beside(root, href)
		data, _ := c.entry(name) // what is damaged, the reader has named
		page := htmlCounted{data: byteText(data), xml: true, drawn: map[string]bool{}}
		page.count()
		n.Pages++
		n.Tables += page.n.Tables
		n.Cells += page.n.Cells
		n.Characters += page.n.Characters
		for address := range page.drawn {
			if picture := c.beside(name, address); c.has(picture) {
				shown[picture] = true
			}
		}
	}
	n.Images = len(shown)
	return n, ctx.Err()
}

type epubCount struct {
	archive *zip.Reader
	left    int64
}

func (c *epubCount) has(name string) bool {
	f, err := c.archive.Open(name)
	if err == nil {
		f.Close()
	}
	return err == nil
}

// beside is the entry to which an address in another one leads.
func (c *epubCount) beside(from, address string) string {
	if at := strings.IndexByte(address, '#'); at >= 0 {
		address = address[:at]
	}
	joined := path.Join(path.Dir(from), address)
	if plain, err := url.PathUnescape(address); err == nil && !c.has(joined) {
		joined = path.Join(path.Dir(from), plain)
	}
	return joined
}

func (c *epubCount) entry(name string) ([]byte, error) {
	f, err := c.archive.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, c.left))
	c.left -= int64(len(data))
	return data, err
}

func (c *epubCount) xml(name string, into any) error {
	data, err := c.entry(name)
	if err != nil {
		return err
	}
	return xml.Unmarshal(data, into)
}
