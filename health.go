package main

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/disk"
	"exaone/store"
	"exaone/web"
)

// checkup is how a server finds out how it is.
type checkup struct {
	desk    *desk
	config  *tls.Config // nil: it does not encrypt
	url     string      // how people reach it, if it was told; a proxy may encrypt for it
	exposed bool
	now     func() time.Time

	space  func(dir string) (int64, error) // bytes left where a directory is
	memory func() int64                    // bytes of the machine; 0 is unknown
}

// newCheckup returns one of this machine.
func newCheckup(c *serveCmd, d *desk, config *tls.Config, exposed bool) *checkup {
	return &checkup{desk: d, config: config, url: c.URL, exposed: exposed, now: time.Now, space: disk.Free, memory: physicalMemory}
}

// facts are what those who run the server should know, in the order in which they would look. What cannot be found out
// is left out.
func (c *checkup) facts(ctx context.Context) []web.Fact {
	var all []web.Fact
	for _, look := range []func(context.Context) (web.Fact, bool){c.model, c.reached, c.certificate, c.store, c.disk, c.ram, c.backup, c.admins} {
		if fact, ok := look(ctx); ok {
			all = append(all, fact)
		}
	}
	return all
}

func fact(about string, worry web.Worry, code chat.Code, params ...any) (web.Fact, bool) {
	return web.Fact{About: about, Worry: worry, Note: web.Note{Code: code, Params: params}}, true
}

func (c *checkup) model(context.Context) (web.Fact, bool) {
	local, err := c.desk.current()
	if err != nil {
		return fact("model", web.Now, chat.CodeHealthModelNone)
	}
	if level, known := c.desk.level(local.Name); known && level == assistant.Extract {
		return fact("model", web.Soon, chat.CodeHealthModelWeak, local.Name)
	}
	return fact("model", web.Fine, chat.CodeHealthModelOK, local.Name)
}

func (c *checkup) reached(context.Context) (web.Fact, bool) {
	address := c.desk.address
	if c.url != "" {
		address = c.url
	}
	switch {
	case !c.exposed && (c.url == "" || isNear(c.url)):
		return fact("address", web.Fine, chat.CodeHealthNear, address)
	case c.config != nil || strings.HasPrefix(c.url, "https://"):
		return fact("address", web.Fine, chat.CodeHealthSecure, address)
	}
	return fact("address", web.Soon, chat.CodeHealthPlain, address)
}

// soonOver is how long before its end a certificate should be renewed.
const soonOver = 21 * 24 * time.Hour

func (c *checkup) certificate(context.Context) (web.Fact, bool) {
	if c.config == nil {
		return web.Fact{}, false
	}
	pair, err := c.config.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil || pair.Leaf == nil {
		return web.Fact{}, false
	}
	end := pair.Leaf.NotAfter
	day := end.Local().Format(time.DateOnly)
	switch left := end.Sub(c.now()); {
	case left <= 0:
		return fact("certificate", web.Now, chat.CodeHealthCertOver, day)
	case left < soonOver:
		return fact("certificate", web.Soon, chat.CodeHealthCertSoon, day, int(left.Hours()/24))
	}
	return fact("certificate", web.Fine, chat.CodeHealthCertOK, day)
}

func (c *checkup) store(ctx context.Context) (web.Fact, bool) {
	dir := c.desk.store.Dir()
	_, err := c.desk.store.FindAudit(ctx, store.System, store.AuditFilter{Limit: 1})
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return fact("store", web.Now, chat.CodeHealthStoreWrong, dir, told)
	}
	if err != nil {
		return fact("store", web.Now, chat.CodeHealthStoreWrong, dir, "")
	}
	return fact("store", web.Fine, chat.CodeHealthStoreOK, dir)
}

// Bounds of the space that is left, in bytes. A model takes gigabytes, a conversation kilobytes.
const (
	littleSpace = 5 << 30
	hardlySpace = 512 << 20
)

func (c *checkup) disk(context.Context) (web.Fact, bool) {
	dir := c.desk.store.Dir()
	free, err := c.space(dir)
	switch {
	case err != nil:
		return web.Fact{}, false
	case free < hardlySpace:
		return fact("disk", web.Now, chat.CodeHealthDiskFull, bytesText(free), dir)
	case free < littleSpace:
		return fact("disk", web.Soon, chat.CodeHealthDiskLow, bytesText(free), dir)
	}
	return fact("disk", web.Fine, chat.CodeHealthDiskOK, bytesText(free), dir)
}

func (c *checkup) ram(context.Context) (web.Fact, bool) {
	all := c.memory()
	if all == 0 {
		return web.Fact{}, false
	}
	var used int64
	for _, s := range c.desk.engine.Loaded() {
		used += s.Bytes
	}
	if used > all/10*9 {
		return fact("memory", web.Soon, chat.CodeHealthMemoryLow, bytesText(used), bytesText(all))
	}
	return fact("memory", web.Fine, chat.CodeHealthMemoryOK, bytesText(used), bytesText(all))
}

// oldBackup is when a backup is too old, in days.
const oldBackup = 7

func (c *checkup) backup(ctx context.Context) (web.Fact, bool) {
	last, err := c.desk.store.FindAudit(ctx, store.System, store.AuditFilter{Action: web.AuditBackup, Limit: 1})
	if err != nil {
		return web.Fact{}, false
	}
	if len(last) == 0 {
		return fact("backup", web.Soon, chat.CodeHealthBackupNone)
	}
	day := last[0].At.Local().Format(time.DateOnly)
	if days := int(c.now().Sub(last[0].At).Hours() / 24); days > oldBackup {
		return fact("backup", web.Soon, chat.CodeHealthBackupOld, day, days)
	}
	return fact("backup", web.Fine, chat.CodeHealthBackupOK, day)
}

func (c *checkup) admins(ctx context.Context) (web.Fact, bool) {
	n, err := c.desk.store.Admins(ctx, store.System)
	switch {
	case err != nil:
		return web.Fact{}, false
	case n == 0:
		return fact("admins", web.Soon, chat.CodeHealthAdminsNone)
	case n == 1:
		return fact("admins", web.Soon, chat.CodeHealthAdminsOne)
	}
	return fact("admins", web.Fine, chat.CodeHealthAdminsOK, n)
}
