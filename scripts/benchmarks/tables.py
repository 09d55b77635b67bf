"""Markdown tables of figures."""


def table(heads: list, rows: list) -> list:
    """Lines of a table; all columns but the first hold figures."""
    lines = [row_line(heads), row_line(["---"] + ["---:"] * (len(heads) - 1))]
    return lines + [row_line(row) for row in rows]


def row_line(cells: list) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def seconds(value: float) -> str:
    return f"{value:.2f}"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.1f}"


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}" if base else "–"
