package pg

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"suanpan/internal/fault"
)

// account is the unprivileged user that PostgreSQL, which refuses to run as root, is run as.
type account struct{ uid, gid uint32 }

// makeFolder makes the data folder: ours alone, but for root, whose server must be able to pass through it.
func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.Mkdir(dir, mode); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}

// prepare finds the binaries that fit the folder and lays it out if it is new.
func prepare(o keeperOrder) (*postgres, error) {
	s := &postgres{dir: o.Dir, data: filepath.Join(o.Dir, folderData), settings: o.Settings}
	if log, err := os.Stat(filepath.Join(s.dir, fileLog)); err == nil && log.Size() > 16<<20 {
		_ = os.Truncate(filepath.Join(s.dir, fileLog), 0)
	}
	if os.Geteuid() == 0 {
		var err error
		if s.account, err = unprivileged(); err != nil {
			return nil, folderFault(s.dir, err)
		}
		if err := passable(s.dir); err != nil {
			return nil, folderFault(s.dir, err)
		}
	}
	version, err := os.ReadFile(filepath.Join(s.data, "PG_VERSION"))
	if err != nil && !os.IsNotExist(err) {
		return nil, folderFault(s.dir, err)
	}
	have := strings.TrimSpace(string(version))
	if s.bin, err = findBinaries(s.dir, have); err != nil {
		return nil, err
	}
	if have == "" {
		return s, s.layOut()
	}
	return s, nil
}

// layOut runs initdb beside the final place and renames: a folder is either whole or not there.
func (s *postgres) layOut() error {
	fresh, pw := filepath.Join(s.dir, "pg.new"), filepath.Join(s.dir, "password.new")
	if err := errors.Join(os.RemoveAll(fresh), os.RemoveAll(pw), os.Mkdir(fresh, 0o700)); err != nil {
		return folderFault(s.dir, err)
	}
	secret := []byte(rand.Text())
	if err := errors.Join(writeFile(filepath.Join(s.dir, filePassword), secret), os.WriteFile(pw, secret, 0o600), s.own(fresh), s.own(pw)); err != nil {
		return folderFault(s.dir, err)
	}
	args := []string{"-D", fresh, "-U", serverUser, "-A", "scram-sha-256", "--pwfile=" + pw, "-E", "UTF8", "--locale=C", "--no-instructions"}
	for _, set := range s.settings {
		if set == "fsync=off" {
			args = append(args, "--no-sync")
		}
	}
	cmd := s.command("initdb", args...)
	out, err := cmd.CombinedOutput()
	_ = os.Remove(pw)
	if err != nil {
		return startFault(s.dir, fmt.Errorf("initdb: %w: %s", err, out))
	}
	if err := os.Rename(fresh, s.data); err != nil {
		return folderFault(s.dir, err)
	}
	return nil
}

// command prepares one of PostgreSQL's programs: as the unprivileged account, with nothing of our environment that it would obey.
func (s *postgres) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	// A group of its own: what is sent to the keeper's group must not reach the server behind the keeper's back.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if s.account != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: s.account.uid, Gid: s.account.gid}
	}
	return cmd
}

func (s *postgres) own(path string) error {
	if s.account == nil {
		return nil
	}
	return os.Chown(path, int(s.account.uid), int(s.account.gid))
}

func unprivileged() (*account, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &account{uint32(uid), uint32(gid)}, nil
		}
	}
	return nil, errors.New("there is neither a user postgres nor a user nobody to run PostgreSQL as")
}

// passable checks that another user can walk down to the folder.
func passable(dir string) error {
	for p := dir; ; p = filepath.Dir(p) {
		st, err := os.Stat(p)
		if err != nil {
			return err
		}
		if st.Mode().Perm()&0o001 == 0 {
			return fmt.Errorf("%s is closed to other users, and PostgreSQL cannot run as root", p)
		}
		if p == filepath.Dir(p) {
			return nil
		}
	}
}

// binaryPlaces lists where PostgreSQL's programs may lie.
func binaryPlaces() []string {
	if own := os.Getenv("PG_BIN"); own != "" {
		return []string{own}
	}
	var out []string
	if p, err := exec.LookPath("postgres"); err == nil {
		out = append(out, filepath.Dir(p))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, _ := filepath.Glob(pattern)
		out = append(out, found...)
	}
	return out
}

const oldestMajor = 15

// findBinaries picks the folder's own major version, or the highest for a new folder.
func findBinaries(dir, have string) (string, error) {
	best, bestMajor := "", 0
	for _, p := range binaryPlaces() {
		m := majorOf(p)
		if have != "" && strconv.Itoa(m) == have && m >= oldestMajor {
			return p, nil
		}
		if m > bestMajor {
			best, bestMajor = p, m
		}
	}
	if bestMajor < oldestMajor {
		return "", fault.New(fault.Unavailable, "PG-MISSING", "")
	}
	if have != "" {
		return "", fault.New(fault.Conflict, "PG-VERSION", "", fault.Args{"dir": dir, "have": have, "found": strconv.Itoa(bestMajor)})
	}
	return best, nil
}

// majorOf asks the postgres in a folder for its major version; 0 where there is none or initdb is missing.
func majorOf(bin string) int {
	if st, err := os.Stat(filepath.Join(bin, "initdb")); err != nil || st.IsDir() {
		return 0
	}
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.20 (Debian …), or 18beta1
	if err != nil || len(fields) < 3 {
		return 0
	}
	digits := fields[2]
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	m, _ := strconv.Atoi(digits)
	return m
}

// writeFile replaces a file in one step, readable by its owner alone.
func writeFile(path string, b []byte) error {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
