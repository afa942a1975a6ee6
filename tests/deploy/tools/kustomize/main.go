// Builds many kustomizations in one process: `kubectl kustomize` reads Kubernetes' own schemas anew
// for each, which takes longer than everything else. Standard input: one folder a line. Standard
// output: one line of JSON for each.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type result struct {
	Folder string `json:"folder"`
	YAML   string `json:"yaml,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	options := krusty.MakeDefaultOptions()
	// As kubectl does it: namespaces first.
	options.Reorder = krusty.ReorderOptionLegacy
	answers := json.NewEncoder(os.Stdout)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		built, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), lines.Text())
		answer := result{Folder: lines.Text()}
		if err == nil {
			var yaml []byte
			yaml, err = built.AsYaml()
			answer.YAML = string(yaml)
		}
		if err != nil {
			answer.Error = err.Error()
		}
		if err := answers.Encode(answer); err != nil {
			panic(err)
		}
	}
}
