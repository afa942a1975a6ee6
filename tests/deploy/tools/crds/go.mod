// Where the schemas of custom resources come from; nothing is built. go.sum pins what is downloaded.
module fib-calculator/crds

go 1.24
