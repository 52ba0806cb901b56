"""What somebody who means harm can do, and what not: docs/security.md says who could."""
