"""Why a file is not read at all.

SheetRefused
├── SheetEmpty               no row holds anything
├── SheetTooLarge            the file itself
├── SheetTooManyRows
├── SheetTooManyColumns
├── SheetCellTooLong
├── SheetZipBomb             unpacks to too much, or too densely packed
├── SheetFormatUnsupported   .xls, .ods, .xlsb, .et, .pdf …
├── SheetWrongExtension      the name says one format, the content is another
├── SheetHasMacros
├── SheetEncrypted
├── SheetNotWorkbook         a ZIP without a workbook in it
├── SheetBroken              damaged: does not unpack, or is not what it claims
├── SheetUnsafeXml           declares a document type: entities, outside references
├── SheetNotText             a text file's name, but no text
├── SheetEncodingUnknown
└── SheetQuotesBroken        a quotation mark that is never closed, or text after a closed one
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal


class SheetRefused(Refusal):
    """The file as a whole cannot be read; nothing of it was used."""


class SheetEmpty(SheetRefused):
    """No row holds anything."""

    code: ClassVar[str] = "SHEET_EMPTY"
    category: ClassVar[Category] = Category.INVALID


class SheetTooLarge(SheetRefused):
    """The file is larger than `limit_mib`."""

    code: ClassVar[str] = "SHEET_TOO_LARGE"
    category: ClassVar[Category] = Category.TOO_LARGE
    limit_mib: int


class SheetTooManyRows(SheetRefused):
    """More than `limit` rows hold something."""

    code: ClassVar[str] = "SHEET_TOO_MANY_ROWS"
    category: ClassVar[Category] = Category.TOO_LARGE
    limit: int


class SheetTooManyColumns(SheetRefused):
    """A row holds something past column number `limit`."""

    code: ClassVar[str] = "SHEET_TOO_MANY_COLUMNS"
    category: ClassVar[Category] = Category.TOO_LARGE
    line: int
    limit: int


class SheetCellTooLong(SheetRefused):
    """A cell holds more than `limit` characters."""

    code: ClassVar[str] = "SHEET_CELL_TOO_LONG"
    category: ClassVar[Category] = Category.TOO_LARGE
    line: int
    column: str
    limit: int


class SheetZipBomb(SheetRefused):
    """The workbook unpacks to more than `limit_mib`, or is packed more densely than any real workbook."""

    code: ClassVar[str] = "SHEET_ZIP_BOMB"
    category: ClassVar[Category] = Category.TOO_LARGE
    limit_mib: int


class SheetFormatUnsupported(SheetRefused):
    """A format that is not read; `format` is its usual file ending without the dot."""

    code: ClassVar[str] = "SHEET_FORMAT_UNSUPPORTED"
    category: ClassVar[Category] = Category.INVALID
    format: str


class SheetWrongExtension(SheetRefused):
    """The name ends in `extension`, the content is `actual`."""

    code: ClassVar[str] = "SHEET_WRONG_EXTENSION"
    category: ClassVar[Category] = Category.INVALID
    extension: str
    actual: str


class SheetHasMacros(SheetRefused):
    """The workbook carries program code."""

    code: ClassVar[str] = "SHEET_HAS_MACROS"
    category: ClassVar[Category] = Category.INVALID


class SheetEncrypted(SheetRefused):
    """The file is protected by a password."""

    code: ClassVar[str] = "SHEET_ENCRYPTED"
    category: ClassVar[Category] = Category.INVALID


class SheetNotWorkbook(SheetRefused):
    """A ZIP file without a workbook in it."""

    code: ClassVar[str] = "SHEET_NOT_WORKBOOK"
    category: ClassVar[Category] = Category.INVALID


class SheetBroken(SheetRefused):
    """The file is damaged."""

    code: ClassVar[str] = "SHEET_BROKEN"
    category: ClassVar[Category] = Category.INVALID


class SheetUnsafeXml(SheetRefused):
    """A part declares a document type, which no spreadsheet program writes and attackers do."""

    code: ClassVar[str] = "SHEET_UNSAFE_XML"
    category: ClassVar[Category] = Category.INVALID


class SheetNotText(SheetRefused):
    """The name is a text table's, the content is not text."""

    code: ClassVar[str] = "SHEET_NOT_TEXT"
    category: ClassVar[Category] = Category.INVALID


class SheetEncodingUnknown(SheetRefused):
    """Neither UTF-8, UTF-16 nor GB18030; `line` holds the first bytes that are not UTF-8."""

    code: ClassVar[str] = "SHEET_ENCODING_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    line: int


class SheetQuotesBroken(SheetRefused):
    """Quotation marks do not pair; `line` is where the row starts."""

    code: ClassVar[str] = "SHEET_QUOTES_BROKEN"
    category: ClassVar[Category] = Category.INVALID
    line: int
