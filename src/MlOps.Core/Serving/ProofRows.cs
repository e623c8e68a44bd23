namespace MlOps.Serving;

/// <summary>The origin of the rows that a version is proven with.</summary>
internal enum ProofRows
{
    /// <summary>The golden examples of the version, of which each that fails is reported.</summary>
    Golden,

    /// <summary>Rows made from the schema.</summary>
    Schema,

    /// <summary>The samples of the processor.</summary>
    Samples,
}
