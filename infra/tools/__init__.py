"""Tools for those who change huanjie; not part of what is installed."""
