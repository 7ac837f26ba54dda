package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// brandingRoutes are about how a company has the page look. The logo is shown before anybody has signed in.
var brandingRoutes = []route{
	{http.MethodGet, "/api/admin/branding", people.Brand, (*handler).branding},
	{http.MethodPut, "/api/admin/branding", people.Brand, (*handler).changeBranding},
	{http.MethodPut, "/api/admin/branding/logo", people.Brand, (*handler).changeLogo},
	{http.MethodDelete, "/api/admin/branding/logo", people.Brand, (*handler).deleteLogo},
	{http.MethodGet, "/api/branding/logo", "", (*handler).logo},
}

// brandingSetting is the name of the setting of the program that keeps it.
const brandingSetting = "branding"

// logoObject is what refers to the blob of the logo.
const logoObject = "branding:logo"

// brandingKept is Branding as it is kept.
type brandingKept struct {
	Name   string `json:"name"`
	Accent string `json:"accent"`
	Notice string `json:"notice"`
	Logo   string `json:"logo"` // hash of a blob; "" is none
}

// DescribePage returns what GET /api/session tells beside who somebody is: see Options.Page. model says which model
// answers when none is named.
func DescribePage(s *store.Store, model func(ctx context.Context) PageModel) func(context.Context, chat.Principal, chat.Language) (Page, error) {
	return func(ctx context.Context, who chat.Principal, lang chat.Language) (Page, error) {
		var kept brandingKept
		if _, err := s.Setting(ctx, store.System, brandingSetting, &kept); err != nil {
			return Page{}, err
		}
		page := Page{Branding: Branding{Name: kept.Name, Accent: kept.Accent, Notice: kept.Notice, Logo: logoAt(kept.Logo)}}
		if who.ID == "" {
			return page, nil // whoever is nobody learns no more
		}
		all, err := s.CurrentAnnouncements(ctx, who)
		if err != nil {
			return Page{}, err
		}
		for _, a := range all {
			page.Announcements = append(page.Announcements, Announcement{a.ID, string(a.Level), a.In(lang)})
		}
		page.Model = model(ctx)
		return page, nil
	}
}

// logoAt is where the logo of a hash is: another logo has another address, so that browsers may keep it.
func logoAt(hash string) string {
	if hash == "" {
		return ""
	}
	return "/api/branding/logo?v=" + hash[:8]
}

func (h *handler) keptBranding(ctx context.Context) (kept brandingKept, err error) {
	_, err = h.store.Setting(ctx, store.System, brandingSetting, &kept)
	return kept, err
}

func (h *handler) branding(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	kept, err := h.keptBranding(r.Context())
	return Branding{kept.Name, kept.Accent, kept.Notice, logoAt(kept.Logo)}, err
}

// Bounds of the branding: texts in bytes, the logo in bytes and pixels.
const (
	maxBrandName   = 80
	maxBrandNotice = 500
	maxLogo        = 256 << 10
	maxLogoSide    = 1024
)

var isColour = regexp.MustCompile(`^#[0-9a-f]{6}$`).MatchString

func (h *handler) changeBranding(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name   string `json:"name"`
		Accent string `json:"accent"`
		Notice string `json:"notice"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	in.Accent = strings.ToLower(in.Accent)
	if in.Accent != "" && !isColour(in.Accent) {
		return nil, chat.NewError(chat.CodeBadField, nil, "accent", fmt.Sprintf("%.40q", in.Accent), "#a50034")
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{{"name", in.Name, maxBrandName}, {"notice", in.Notice, maxBrandNotice}} {
		if len(f.value) > f.most || !utf8.ValidString(f.value) || strings.ContainsRune(f.value, 0) {
			return nil, chat.NewError(chat.CodeBadField, nil, f.name, fmt.Sprintf("%.40q", f.value), fmt.Sprintf("≤ %d bytes", f.most))
		}
	}
	h.changing.Lock()
	defer h.changing.Unlock()
	kept, err := h.keptBranding(r.Context())
	if err != nil {
		return nil, err
	}
	kept.Name, kept.Accent, kept.Notice = in.Name, in.Accent, in.Notice
	return h.keepBranding(r, who, kept)
}

func (h *handler) keepBranding(r *http.Request, who chat.Principal, kept brandingKept) (any, error) {
	if err := h.store.SetSetting(r.Context(), who, store.System, brandingSetting, kept); err != nil {
		return nil, err
	}
	return h.branding(nil, r, who)
}

// changeLogo takes the picture that is the body. It is PNG, whole, and small: what else a browser would make of a
// picture, such as running what is in an SVG, nobody need think of.
func (h *handler) changeLogo(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience))
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLogo))
	if err != nil {
		return nil, chat.NewError(chat.CodeBadField, err, "logo", fmt.Sprintf("> %d bytes", len(content)), fmt.Sprintf("≤ %d bytes", maxLogo))
	}
	if err := checkLogo(content); err != nil {
		return nil, err
	}
	ctx := r.Context()
	h.changing.Lock()
	defer h.changing.Unlock()
	kept, err := h.keptBranding(ctx)
	if err != nil {
		return nil, err
	}
	b, err := h.store.PutBlob(ctx, store.System, logoObject, "image/png", bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	old := kept.Logo
	kept.Logo = b.Hash
	out, err := h.keepBranding(r, who, kept)
	unused := old
	if err != nil {
		unused = b.Hash
	}
	if unused != "" && old != b.Hash {
		err = errors.Join(err, h.store.ReleaseBlob(context.WithoutCancel(ctx), store.System, logoObject, unused))
	}
	return out, err
}

func checkLogo(content []byte) error {
	bad := func(err error, found string) error {
		return chat.NewError(chat.CodeBadField, err, "logo", found, fmt.Sprintf("PNG, ≤ %d × %d", maxLogoSide, maxLogoSide))
	}
	head, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return bad(err, fmt.Sprintf("%.8q", content))
	}
	if head.Width > maxLogoSide || head.Height > maxLogoSide {
		return bad(nil, fmt.Sprintf("%d × %d", head.Width, head.Height))
	}
	if _, err := png.Decode(bytes.NewReader(content)); err != nil {
		return bad(err, "PNG")
	}
	return nil
}

func (h *handler) deleteLogo(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	h.changing.Lock()
	defer h.changing.Unlock()
	kept, err := h.keptBranding(r.Context())
	if err != nil || kept.Logo == "" {
		return done{true}, err
	}
	old := kept.Logo
	kept.Logo = ""
	if _, err := h.keepBranding(r, who, kept); err != nil {
		return nil, err
	}
	return done{true}, h.store.ReleaseBlob(r.Context(), store.System, logoObject, old)
}

// logo sends the picture to anybody.
func (h *handler) logo(w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	kept, err := h.keptBranding(r.Context())
	if err != nil {
		return nil, err
	}
	if kept.Logo == "" {
		return nil, chat.NewError(chat.CodeNoRoute, nil, r.Method, r.URL.Path)
	}
	f, b, err := h.store.OpenBlob(r.Context(), store.System, kept.Logo)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Header().Set("ETag", `"`+b.Hash+`"`)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience))
	http.ServeContent(w, r, "logo.png", time.Time{}, f)
	return written{}, nil
}
