namespace MlOps.Storage;

/// <summary>The settings for the selection of the artifact store, section <c>MlOps:Storage</c>.</summary>
/// <remarks>The settings are read once. Changes take effect after a restart.</remarks>
public sealed class StorageOptions
{
    /// <summary>Gets or sets the key of the store that <see cref="IArtifactStore"/> resolves to.</summary>
    /// <value>
    /// The default is <c>LocalDisk</c>. The key is the service key, the options name and the section name. It is not case-sensitive here, but keyed services
    /// are resolved by the exact key.
    /// </value>
    public string Provider { get; set; } = LocalDiskStorageOptions.DefaultKey;
}
