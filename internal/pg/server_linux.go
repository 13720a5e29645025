package pg

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// self is this program, even where its file has been replaced or removed since.
func self() string { return "/proc/self/exe" }

// childDiesWithParent has the kernel tell the server to stop cleanly when its keeper is killed.
func childDiesWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }

// isServerOf tells whether a process is the server of a data folder. A zombie's command line is empty.
func isServerOf(pid int, data string) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && bytes.Contains(b, []byte("\x00"+data+"\x00"))
}
