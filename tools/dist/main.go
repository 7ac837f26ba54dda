// Command dist builds the program for every platform named and packs each build with the README, the licence
// and the notices: dist -version v1.2.3 linux/amd64 windows/amd64. The same commit gives the same bytes.
package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// beside are the files that go with the program.
var beside = []string{"README.md", "README.ko.md", "LICENSE", "NOTICE"}

// file is one member of an archive.
type file struct {
	name string
	data []byte
	mode int64
}

func main() {
	version := flag.String("version", "dev", "the `version` the program will name")
	root := flag.String("root", ".", "the `directory` of the program's source")
	flag.Parse()
	if err := run(*root, *version, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(root, version string, platforms []string) error {
	out := filepath.Join(root, "dist")
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}
	when, err := commitTime(root)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, platform := range platforms {
		goos, goarch, ok := strings.Cut(platform, "/")
		if !ok {
			return fmt.Errorf("platform %q, want OS/ARCH", platform)
		}
		files, err := build(root, version, goos, goarch)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		name := fmt.Sprintf("exaone-%s-%s-%s", version, goos, goarch)
		pack, ext := writeTar, ".tar.gz"
		if goos == "windows" {
			pack, ext = writeZip, ".zip"
		}
		size, sum, err := writeFile(filepath.Join(out, name+ext), func(w io.Writer) error { return pack(w, name, files, when) })
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sum, name+ext)
		fmt.Printf("dist/%s  %.1f MB (program %.1f MB)\n", name+ext, float64(size)/1e6, float64(len(files[0].data))/1e6)
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// commitTime is the time of every member of every archive.
func commitTime(root string) (time.Time, error) {
	cmd := exec.Command("git", "log", "-1", "--format=%ct")
	cmd.Dir = root
	text, err := cmd.Output()
	if err != nil {
		return time.Time{}, fmt.Errorf("git log: %w", err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return time.Unix(seconds, 0).UTC(), err
}

// build compiles for one platform and returns the members of its archive, the program first.
func build(root, version, goos, goarch string) ([]file, error) {
	dir, err := os.MkdirTemp("", "exaone-dist-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program := "exaone"
	if goos == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version="+version,
		"-o", filepath.Join(dir, program), ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go build: %w", err)
	}
	data, err := os.ReadFile(filepath.Join(dir, program))
	if err != nil {
		return nil, err
	}
	files := []file{{program, data, 0o755}}
	for _, name := range beside {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, data, 0o644})
	}
	return files, nil
}

// writeFile has write fill a file and returns its size and SHA-256.
func writeFile(name string, write func(io.Writer) error) (int64, []byte, error) {
	f, err := os.Create(name)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	sum := sha256.New()
	if err := write(io.MultiWriter(f, sum)); err != nil {
		return 0, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, nil, err
	}
	return info.Size(), sum.Sum(nil), f.Close()
}

func writeTar(w io.Writer, dir string, files []file, when time.Time) error {
	zip, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(zip)
	for _, f := range files {
		head := &tar.Header{Name: path.Join(dir, f.name), Size: int64(len(f.data)), Mode: f.mode, ModTime: when}
		if err := archive.WriteHeader(head); err != nil {
			return err
		}
		if _, err := archive.Write(f.data); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return zip.Close()
}

func writeZip(w io.Writer, dir string, files []file, when time.Time) error {
	archive := zip.NewWriter(w)
	for _, f := range files {
		head := &zip.FileHeader{Name: path.Join(dir, f.name), Method: zip.Deflate, Modified: when}
		head.SetMode(os.FileMode(f.mode))
		member, err := archive.CreateHeader(head)
		if err != nil {
			return err
		}
		if _, err := member.Write(f.data); err != nil {
			return err
		}
	}
	return archive.Close()
}
