"""Turn the source of a notebook cell into code that runs on other sizes and records its results."""

import ast

import finer

RECORD = "__record__"
RECORD_PART = "__record_part__"
LAST_VALUE = "__last_value__"
# The loops of the computation. The notebooks' other loops print or plot.
RECORDED_LOOPS = ("range(n_layers)", "range(n_heads)")


class Substitute(ast.NodeTransformer):
    """Replace literals, the prompt, and (for float32 goldens) the casts to bfloat16."""

    def __init__(self, literals, in_float32, prompt):
        self.literals = literals
        self.found = [0] * len(literals)
        self.in_float32 = in_float32
        self.prompt = prompt

    def generic_visit(self, node):
        node = super().generic_visit(node)
        is_value = isinstance(node, ast.expr) and not isinstance(
            getattr(node, "ctx", None), ast.Store
        )
        return self.replaced(node) if is_value else node

    def replaced(self, node):
        """The expression with its literals replaced."""
        for index, literal in enumerate(self.literals):
            if ast.unparse(node) == literal.old:
                self.found[index] += 1
                node = expression(literal.new, node)
        if self.in_float32 and ast.unparse(node) == "torch.bfloat16":
            node = expression("torch.float32", node)
        return node

    def visit_Assign(self, node):
        node = self.generic_visit(node)
        if self.prompt is not None and ast.unparse(node.targets[0]) == "prompt":
            node.value = ast.copy_location(ast.Constant(self.prompt), node.value)
        return node

    def check(self, where):
        """Refuse a cell in which a literal does not occur as often as the table says."""
        for literal, found in zip(self.literals, self.found):
            if found != literal.count:
                raise SystemExit(
                    f"{where}: found {literal.old!r} {found} times, expected {literal.count}"
                )


class PartRecorder(ast.NodeTransformer):
    """Wrap certain expressions in RECORD_PART(expression, value)."""

    def generic_visit(self, node):
        source = ast.unparse(node) if isinstance(node, ast.expr) else None
        node = super().generic_visit(node)
        if source not in finer.EXPRESSIONS:
            return node
        name = ast.copy_location(ast.Name(RECORD_PART, ast.Load()), node)
        return ast.copy_location(ast.Call(name, [ast.Constant(source), node], []), node)


class Recorder:
    """Add a call of RECORD(name, value, {loop variable: value}) after every assignment."""

    def __init__(self):
        self.loop_variables = []

    def body(self, statements):
        return [new for statement in statements for new in self.statement(statement)]

    def statement(self, node):
        if isinstance(node, ast.For) and ast.unparse(node.iter) in RECORDED_LOOPS:
            self.loop_variables.append(node.target.id)
            node.body = self.body(node.body)
            self.loop_variables.pop()
        return [node, *(self.call(name, node) for name in assigned_names(node))]

    def call(self, name, node):
        loops = ", ".join(f"{variable!r}: {variable}" for variable in self.loop_variables)
        call = expression(f"{RECORD}({name!r}, {name}, {{{loops}}})", node)
        return ast.copy_location(ast.Expr(call), node)


def expression(source, like):
    """A parsed expression, placed at the node `like`."""
    return ast.copy_location(ast.parse(source, mode="eval").body, like)


def assigned_names(node):
    """The plain names that a statement assigns."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign):
        targets = [node.target]
    else:
        return []
    flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return [target.id for target in flat if isinstance(target, ast.Name)]


def keep_value(last):
    """Keep the value of a cell's last expression, which a notebook displays, in LAST_VALUE."""
    target = ast.copy_location(ast.Name(LAST_VALUE, ast.Store()), last)
    return ast.copy_location(ast.Assign([target], last.value), last)


def compile_cell(source, where, literals, in_float32, prompt):
    """Compile a cell with its literals replaced, its assignments and their parts recorded.

    `where` names the cell in messages.
    """
    substitute = Substitute(literals, in_float32, prompt)
    tree = substitute.visit(ast.parse(source))
    substitute.check(where)
    tree = PartRecorder().visit(tree)
    body = Recorder().body(tree.body)
    if body and body[-1] is tree.body[-1] and isinstance(body[-1], ast.Expr):
        body[-1] = keep_value(body[-1])
    tree.body = body
    return compile(ast.fix_missing_locations(tree), f"<{where}>", "exec")
