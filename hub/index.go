package hub

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"

	"exaone/chat"
)

// distribution is a file that a Python package index offers.
type distribution struct {
	name   string // of the file
	url    *url.URL
	sha256 string // "" if the index does not say it
	size   int64  // -1 likewise
	yanked bool
}

// maxDistributions is how many files of one project are looked at.
const maxDistributions = 100_000

// parseIndexJSON reads a project's page as PEP 691 has it. base is where the page was.
func parseIndexJSON(base *url.URL, body []byte) ([]distribution, error) {
	var page struct {
		Files []struct {
			Filename string            `json:"filename"`
			URL      string            `json:"url"`
			Hashes   map[string]string `json:"hashes"`
			Size     *int64            `json:"size"`
			Yanked   any               `json:"yanked"` // false, true, or why
		} `json:"files"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	if len(page.Files) > maxDistributions {
		return nil, fmt.Errorf("%d files, want at most %d", len(page.Files), maxDistributions)
	}
	var all []distribution
	for _, f := range page.Files {
		u, err := fileURL(base, f.URL)
		if err != nil {
			continue // one bad line does not spoil the others
		}
		d := distribution{name: f.Filename, url: u, sha256: parseETag(f.Hashes["sha256"]).sha256, size: -1}
		if f.Size != nil && *f.Size >= 0 {
			d.size = *f.Size
		}
		d.yanked = f.Yanked != nil && f.Yanked != false
		all = append(all, d)
	}
	return all, nil
}

// parseIndexHTML reads a project's page as PEP 503 has it: one anchor a file, its text the file's name, the
// fragment of its address the hash.
func parseIndexHTML(base *url.URL, body []byte) []distribution {
	var all []distribution
	rest := string(body)
	for len(all) < maxDistributions {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		if strings.HasPrefix(rest, "!--") {
			_, after, ok := strings.Cut(rest, "-->")
			if !ok {
				break
			}
			rest = after
			continue
		}
		attributes, after := parseTag(rest)
		if tag, _, _ := strings.Cut(rest[:len(rest)-len(after)], " "); strings.EqualFold(strings.TrimRight(tag, ">/\t\r\n"), "base") {
			if u, err := base.Parse(attributes["href"]); err == nil && u.Host != "" {
				base = u
			}
		}
		isAnchor := len(rest) > 1 && (rest[0] == 'a' || rest[0] == 'A') && strings.ContainsRune(" \t\r\n", rune(rest[1]))
		rest = after
		if !isAnchor {
			continue
		}
		text, _, _ := strings.Cut(rest, "<")
		u, err := fileURL(base, attributes["href"])
		if err != nil {
			continue
		}
		sum, _ := strings.CutPrefix(u.Fragment, "sha256=")
		_, yanked := attributes["data-yanked"]
		all = append(all, distribution{
			name:   strings.TrimSpace(html.UnescapeString(text)),
			url:    u,
			sha256: parseETag(sum).sha256,
			size:   -1,
			yanked: yanked,
		})
	}
	return all
}

// parseTag reads the attributes of a tag up to its end, and returns what comes after it. Attributes without a
// value have an empty one.
func parseTag(s string) (attributes map[string]string, after string) {
	const space = " \t\r\n\f"
	attributes = map[string]string{}
	i := strings.IndexAny(s, space+">")
	if i < 0 {
		return attributes, ""
	}
	s = s[i:]
	for {
		s = strings.TrimLeft(s, space+"/")
		if s == "" {
			return attributes, ""
		}
		if s[0] == '>' {
			return attributes, s[1:]
		}
		end := strings.IndexAny(s[1:], space+"=>/") // an attribute's name has at least one byte
		if end < 0 {
			return attributes, ""
		}
		name := strings.ToLower(s[:end+1])
		s = strings.TrimLeft(s[end+1:], space)
		var value string
		if strings.HasPrefix(s, "=") {
			s = strings.TrimLeft(s[1:], space)
			value, s = parseValue(s)
		}
		if _, ok := attributes[name]; !ok {
			attributes[name] = html.UnescapeString(value)
		}
	}
}

// parseValue reads an attribute's value, quoted or not.
func parseValue(s string) (value, after string) {
	if s == "" {
		return "", ""
	}
	if q := s[0]; q == '"' || q == '\'' {
		value, after, _ = strings.Cut(s[1:], string(q))
		return value, after
	}
	end := strings.IndexAny(s, " \t\r\n\f>")
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// fileURL is where a file is that an index page at base names. From https it never leads to http.
func fileURL(base *url.URL, ref string) (*url.URL, error) {
	u, err := base.Parse(ref)
	if err != nil {
		return nil, err
	}
	if ref == "" || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || base.Scheme != "http") {
		return nil, fmt.Errorf("address %q, want one of a file", ref)
	}
	return u, nil
}

// pickWheel finds the wheel of a package's version that runs everywhere, or on the platform that is wanted.
func pickWheel(all []distribution, k Package) (distribution, error) {
	for _, d := range all {
		stem, ok := strings.CutSuffix(d.name, ".whl")
		parts := strings.Split(stem, "-")
		if !ok || len(parts) != 5 && len(parts) != 6 || d.yanked {
			continue
		}
		if normalName(parts[0]) == normalName(k.Name) && parts[1] == k.Version &&
			k.runs(parts[len(parts)-1]) && parts[len(parts)-2] == "none" && checkFileName(d.name) == nil {
			return d, nil
		}
	}
	return distribution{}, chat.NewError(chat.CodeHubNotFound, nil, k.Name+" "+k.Version, "package index")
}

// runs reports whether a wheel of these platforms, which have dots between, is the one that is wanted.
func (k Package) runs(platforms string) bool {
	want := cmp.Or(k.Platform, "any")
	return slices.Contains(strings.Split(platforms, "."), want)
}

// normalName is a package's name as PEP 503 compares it.
func normalName(name string) string {
	fields := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.Join(fields, "-")
}
