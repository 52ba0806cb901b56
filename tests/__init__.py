"""The tests mirror the packages; contracts, interop and bench stand beside them."""
