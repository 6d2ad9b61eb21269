"""The commands of `huanjie`, one a file; each file's ``command`` is what `huanjie` runs."""
