namespace MlOps.Storage;

/// <summary>A member of a store.</summary>
internal enum StoreCall
{
    Find,
    Read,
    Write,
    Delete,
    List,
}
