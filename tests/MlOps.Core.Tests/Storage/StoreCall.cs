namespace MlOps.Storage;

/// <summary>Which member of a store is called.</summary>
internal enum StoreCall
{
    Find,
    Read,
    Write,
    Delete,
    List,
}
