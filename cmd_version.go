package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"exaone/tensor"

	"golang.org/x/sys/cpu"
)

// version is set by the linker in archives (make dist); a plain build says what it is built from.
var version = "dev"

type versionCmd struct{}

// Run prints what somebody who helps needs to know about this program and this machine.
func (c *versionCmd) Run(app *app) error {
	commit, when := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value[:min(12, len(s.Value))]
			case "vcs.time":
				when = " " + s.Value
			case "vcs.modified":
				if s.Value == "true" {
					when += " +"
				}
			}
		}
	}
	_, err := fmt.Fprintf(app.out, "exaone   %s\ncommit   %s%s\ngo       %s %s/%s\ncpu      %d threads, %s\nkernels  %s\n",
		version, commit, when, runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.GOMAXPROCS(0), cpuFeatures(), chosenKernels())
	return err
}

// chosenKernels names the path that computes on this machine.
func chosenKernels() string {
	paths := tensor.CPUPaths()
	return paths[len(paths)-1]
}

// cpuFeatures names the instructions of this processor that matter for computing a model, whether or not there
// are kernels that use them.
func cpuFeatures() string {
	var names []string
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"avx2", cpu.X86.HasAVX2}, {"fma", cpu.X86.HasFMA},
		{"avx512", cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL},
		{"avx512-vnni", cpu.X86.HasAVX512VNNI}, {"avx-vnni", cpu.X86.HasAVXVNNI},
		{"neon", cpu.ARM64.HasASIMD}, {"dotprod", cpu.ARM64.HasASIMDDP}, {"i8mm", cpu.ARM64.HasI8MM},
	} {
		if f.has {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 {
		return "nothing special"
	}
	return strings.Join(names, " ")
}
