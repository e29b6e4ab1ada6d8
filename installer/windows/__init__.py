"""The Windows installer: what is shipped, and how it is put together on Linux."""
