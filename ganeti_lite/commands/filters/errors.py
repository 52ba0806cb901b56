"""What is wrong with a textual filter, and where."""


class FilterSyntaxError(Exception):
    """A textual filter does not follow the grammar.

    :ivar source: the whole filter.
    :ivar position: the index of the character where something else was expected.
    :ivar message: what was expected there.
    """

    def __init__(self, source: str, position: int, message: str) -> None:
        super().__init__(message)
        self.source = source
        self.position = position
        self.message = message

    def explain(self) -> list[str]:
        """The message, the line of the filter that it is about, a caret below the place, and the message again."""
        before = self.source[: self.position]
        line_number = before.count("\n")
        column = self.position - (before.rfind("\n") + 1)
        located = f"{self.message} (line {line_number + 1}, column {column + 1})"
        return [
            f"Failed to parse query filter '{self.source}': {located}",
            self.source.split("\n")[line_number],
            " " * column + "^",
            located,
        ]
