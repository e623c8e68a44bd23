namespace MlOps.Storage;

/// <summary>Provides the names of settings for messages: the configuration path, or the property for options that were created in code.</summary>
/// <param name="key">The key of the store, or <see langword="null"/> if it is not registered.</param>
internal sealed class AzureBlobSettings(string? key)
{
    public string Name(string property) => key is null ? $"{nameof(AzureBlobStorageOptions)}.{property}" : $"MlOps:Storage:{key}:{property}";
}
