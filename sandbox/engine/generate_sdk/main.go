// Generates the SDK of a package in one language, as `pulumi package add` does, where that language's host cannot be had.
//
//	go run ./generate_sdk python|nodejs|go <schema.json >archive.json
//
// The archive maps file names to contents. Pulumi's own generators do the work.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-language"

func generate(language string) (map[string][]byte, error) {
	var spec schema.PackageSpec
	if err := json.NewDecoder(os.Stdin).Decode(&spec); err != nil {
		return nil, err
	}
	loader := schema.NewCachedLoaderWithEntries(nil, nil) // the schema refers to no other package
	bound, problems, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if problems.HasErrors() {
		return nil, problems
	}
	bound.SupportPack = true // as `pulumi package add` sets it: https://github.com/pulumi/pulumi/blob/v3.274.1/pkg/cmd/pulumi/packages/packages.go
	switch language {
	case "python":
		return python.GeneratePackage(tool, bound, nil, loader)
	case "nodejs":
		return nodejs.GeneratePackage(tool, bound, nil, nil, true, loader)
	case "go":
		return gogen.GeneratePackage(tool, bound, nil)
	}
	return nil, fmt.Errorf("%q is not a language, expected python, nodejs or go", language)
}

func main() {
	language := ""
	if len(os.Args) == 2 {
		language = os.Args[1]
	}
	files, err := generate(language)
	if err == nil {
		texts := map[string]string{}
		for name, content := range files {
			texts[name] = string(content)
		}
		err = json.NewEncoder(os.Stdout).Encode(texts)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
