package websphere

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
)

func TestVariablesOfTheClosestScopeWin(t *testing.T) {
	vars := func(pairs ...string) string {
		text := `<variables:VariableMap xmlns:xmi="x">`
		for i := 0; i < len(pairs); i += 2 {
			text += `<entries symbolicName="` + pairs[i] + `" value="` + pairs[i+1] + `"/>`
		}
		return text + "</variables:VariableMap>"
	}
	c := "p/config/cells/C/"
	dir := installtest.Tree(t, map[string]string{
		c + "clusters/K/cluster.xml":          `<topology.cluster:ServerCluster><members memberName="s" nodeName="N"/></topology.cluster:ServerCluster>`,
		c + "variables.xml":                   vars("A", "cell", "B", "cell", "C", "cell", "D", "cell", "LOG_ROOT", "/l"),
		c + "clusters/K/variables.xml":        vars("B", "cluster", "C", "cluster", "D", "cluster"),
		c + "nodes/N/variables.xml":           vars("C", "node", "D", "node", "USER_INSTALL_ROOT", "/where/it/was"),
		c + "nodes/N/servers/s/variables.xml": vars("D", "server"),
		c + "nodes/N/servers/s/server.xml":    `<process:Server/>`,
	})
	root, err := rootfs.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &survey.Survey{Root: root}
	cells := cellsOf(s, profile{Dir: dir + "/p"})
	if len(cells) != 1 || len(cells[0].nodes) != 1 {
		t.Fatalf("%+v", cells)
	}
	v := cells[0].nodes[0].vars(s, "s")
	for text, want := range map[string]string{
		"${A} $(B) ${C} $(D)": "cell cluster node server", "${SERVER_LOG_ROOT}/x": "/l/s/x", "${USER_INSTALL_ROOT}": dir + "/p", "$(CELL)/${NODE}/${SERVER}": "C/N/s",
		"${UNKNOWN}/x": "${UNKNOWN}/x", "$x ${open": "$x ${open", "100$": "100$",
	} {
		if got := v.Expand(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestVariablesThatGoInACircleEnd(t *testing.T) {
	v := Vars{"A": "${B}${B}", "B": "${A}${A}", "C": "${C}"}
	for _, text := range []string{"${A}", "${C}"} {
		if got := v.Expand(text); len(got) > 1<<20 {
			t.Errorf("%s grew to %d bytes", text, len(got))
		}
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"${A}", "$(A}", "${", "$", "${A${B}}", "$(B)$(C)"} {
		f.Add(s)
	}
	v := Vars{"A": "a", "B": "${A}b", "C": "${C}c"}
	f.Fuzz(func(t *testing.T, text string) {
		got := v.Expand(text)
		if !strings.Contains(text, "$") && got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
