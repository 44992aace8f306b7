"""What the API's JSON looks like, a module a resource. The page's types are generated from these, so they are exact."""
