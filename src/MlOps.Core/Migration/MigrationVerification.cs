namespace MlOps.Migration;

/// <summary>How a migration makes sure, when everything is copied, that the target has what the source has.</summary>
public enum MigrationVerification
{
    /// <summary>Not again: what was copied was verified as it was written, and what was there is taken to be right if it has the right size.</summary>
    None,

    /// <summary>By size and SHA-256 as each store has recorded them; bytes are read only where a store has recorded none. One or two small requests for each artifact.</summary>
    Digests,

    /// <summary>By reading every byte at the target, which also finds what was damaged there since it was written.</summary>
    Content,
}
