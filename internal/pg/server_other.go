//go:build !linux

package pg

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// self is this program.
func self() string {
	p, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return p
}

// childDiesWithParent has no counterpart here: a server whose keeper was killed runs on until the next keeper stops it.
func childDiesWithParent(*syscall.SysProcAttr) {}

// isServerOf tells whether a process is the server of a data folder.
func isServerOf(pid int, data string) bool {
	out, err := exec.Command("ps", "-ww", "-o", "stat=,command=", "-p", strconv.Itoa(pid)).Output()
	line := strings.TrimSpace(string(out))
	return err == nil && !strings.HasPrefix(line, "Z") && strings.Contains(line, "-D "+data+" ")
}
