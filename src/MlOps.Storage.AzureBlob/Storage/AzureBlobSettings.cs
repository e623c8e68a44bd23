namespace MlOps.Storage;

/// <summary>Names settings as the user wrote them, for messages: by configuration path, or by property where the options were made in code.</summary>
/// <param name="key">The store's key, or <see langword="null"/> if it was not registered.</param>
internal sealed class AzureBlobSettings(string? key)
{
    public string Name(string property) => key is null ? $"{nameof(AzureBlobStorageOptions)}.{property}" : $"MlOps:Storage:{key}:{property}";
}
