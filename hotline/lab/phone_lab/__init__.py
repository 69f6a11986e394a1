"""A page on which one plays callers, texters and the listeners' telephones; nobody learns a helpline from its code."""
