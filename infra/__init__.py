"""What runs huanjie: on one machine, in containers, and the tools that keep the repository in order."""
