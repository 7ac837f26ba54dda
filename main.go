// Command exaone runs EXAONE and other language models, serves them, and answers people through ChatEXAONE.
package main

func main() {}
