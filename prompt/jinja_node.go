package prompt

// expr is an expression of a template.
type expr interface {
	eval(m *machine) (value, error)
}

// node is a statement of a template.
type node interface {
	exec(m *machine) (signal, error)
}

// signal says how a statement ended.
type signal uint8

const (
	signalNone signal = iota
	signalBreak
	signalContinue
)

// sym is a name of a template, as a number: its place in template.names.
type sym int32

// Expressions.
type (
	constExpr struct{ v value }
	nameExpr  struct{ sym sym }
	listExpr  struct{ items []expr }
	tupleExpr struct{ items []expr }
	dictExpr  struct{ keys, vals []expr }
	attrExpr  struct {
		of   expr
		name string
	}
	indexExpr struct{ of, at expr }
	sliceExpr struct{ of, from, to, step expr } // from, to and step may be nil
	notExpr   struct{ x expr }
	negExpr   struct {
		x    expr
		plus bool
	}
	andExpr    struct{ a, b expr }
	orExpr     struct{ a, b expr }
	condExpr   struct{ test, then, other expr } // other may be nil
	binaryExpr struct {
		op   string
		a, b expr
	}
	concatExpr  struct{ items []expr }
	compareExpr struct {
		first expr
		ops   []string // == != < <= > >= in notin
		rest  []expr
	}
	callExpr struct {
		f    expr
		args arguments
	}
	filterExpr struct {
		x    expr // nil: the body of a filter block
		name string
		args arguments
	}
	testExpr struct {
		x    expr
		name string
		args arguments
	}
)

// arguments of a call; star and kwStar (*a, **k) may be nil.
type arguments struct {
	pos          []expr
	names        []string
	named        []expr
	star, kwStar expr
}

// Statements.
type (
	block      []node
	dataNode   struct{ text written }
	outputNode struct {
		x    expr
		line int
	}
	ifNode struct {
		tests  []expr
		bodies []block // one more than tests if there is an else
		line   int
	}
	forNode struct {
		target    target
		in        expr
		test      expr // may be nil
		body      block
		other     block
		recursive bool
		line      int
	}
	setNode struct {
		targets target
		x       expr
		line    int
	}
	setBlockNode struct {
		targets target
		filter  *filterExpr // may be nil
		body    block
		line    int
	}
	macroNode struct {
		sym  sym
		def  *macroDef
		line int
	}
	callNode struct {
		call *callExpr
		def  *macroDef
		line int
	}
	filterNode struct {
		filter *filterExpr
		body   block
		line   int
	}
	withNode struct {
		targets []target
		values  []expr
		body    block
		line    int
	}
	scopeNode  struct{ body block } // {% generation %}: the body in a scope of its own
	signalNode struct{ s signal }
)

// macroDef is a macro as written.
type macroDef struct {
	name     string
	params   []sym
	names    []string
	defaults []expr // of the last parameters
	body     block
	caller   bool // the body asks for caller
	varargs  bool
	kwargs   bool
}

// target is what is assigned to: a name, an attribute of a namespace, or several targets.
type target struct {
	sym  sym
	attr string   // not "": the attribute of the namespace called sym
	many []target // not nil: unpack
}

// template is a parsed template. It is immutable.
type template struct {
	body  block
	names []string // by sym
	syms  map[string]sym
}
