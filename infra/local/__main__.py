"""python -m infra.local: the same as the command `huanjie`."""

from infra.local.cli import main

main()
