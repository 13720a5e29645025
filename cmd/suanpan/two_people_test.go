package main

import "testing"

func TestAMonthIsLockedByTwoPeople(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.ok("import", b.write("month.ndjson", month))
	lock := func(args ...string) answer {
		return b.run(append(append([]string{"lock"}, args...), "--period", "2024-10", "--entity", "5861")...)
	}
	lock("propose", "--as", "ana").wants(t, 1, "LOCK-RUN", "2024-10")
	lock("confirm", "--as", "li").wants(t, 1, "LOCK-NONE")
	lock("propose", "--as", "ana", "--reason", "moved to another system").wants(t, 0, "second person")
	lock("propose", "--as", "li", "--reason", "moved to another system").wants(t, 1, "LOCK-OPEN")
	lock("confirm", "--as", "ana").wants(t, 1, "EYES-SAME")
	lock("confirm", "--as", "li").wants(t, 0, "locked")
	lock("propose", "--as", "ana").wants(t, 1, "LOCK-DONE")
	b.run("lock", "list", "--period", "2024-10").wants(t, 0, "5861", "confirmed", "ana", "li", "moved to another system", "LOCK-RUN")
}

func TestASettingIsDatedSourcedAndChecked(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.run("settings", "get", "run_day", "--entity", "5861").wants(t, 0, "7\n")
	b.run("settings", "set", "run_day", "9", "--entity", "5861").wants(t, 2, "--source")
	b.run("settings", "set", "run_day", "40", "--entity", "5861", "--source", "memo").wants(t, 1, "SETTING-VALUE")
	b.run("settings", "set", "run_day", "9", "--entity", "5861", "--source", "memo").wants(t, 0, "run_day is 9")
	past := []string{"run_day", "--entity", "5861", "--from", "2024-01-01"}
	back := func(who string, args ...string) answer {
		return b.run(append(append([]string{"settings"}, args...), append(past, "--as", who)...)...)
	}
	b.run("settings", "set", "run_day", "9", "--entity", "5861", "--source", "memo", "--from", "2024-01-01", "--as", "ana").wants(t, 1, "SETTING-REASON")
	b.run("settings", "set", "run_day", "9", "--entity", "5861", "--source", "memo", "--from", "2024-01-01", "--as", "ana", "--reason", "the contract said so all along").wants(t, 0, "second person")
	b.run("settings", "get", "run_day", "--entity", "5861", "--at", "2024-02-01").wants(t, 0, "7\n")
	b.run("settings", "proposals").wants(t, 0, "run_day", "entity=5861", "ana", "the contract said so")
	back("ana", "confirm").wants(t, 1, "EYES-SAME")
	back("li", "confirm").wants(t, 0, "run_day is 9")
	back("li", "confirm").wants(t, 1, "SETTING-NONE")
	b.run("settings", "get", "run_day", "--entity", "5861", "--at", "2024-02-01").wants(t, 0, "9\n")
	b.run("settings", "get", "run_day", "--entity", "5861", "--at", "2023-01-01").wants(t, 0, "7\n")
	b.run("settings", "get", "run_day", "--entity", "5861").wants(t, 0, "9\n")
	b.run("settings", "list").wants(t, 0, "netting_forbidden_pairs")
}
