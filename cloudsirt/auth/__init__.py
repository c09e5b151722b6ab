"""Who gets in: `permissions` (what can be declared), `principal` (who it is), `passwords`,
`tokens`, `sessions` (how they prove it), `forms` (against forged forms), `gate` (the hook)."""
