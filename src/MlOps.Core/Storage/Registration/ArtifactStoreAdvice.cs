using MlOps.DependencyInjection;

namespace MlOps.Storage;

/// <summary>Creates advice for error messages about a store key that is not registered.</summary>
internal static class ArtifactStoreAdvice
{
    private static readonly Dictionary<string, string[]> s_synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["S3"] = ["AWS", "Amazon", "AmazonS3", "AWSS3", "S3Storage", "S3Bucket", "Bucket", "MinIO"],
        ["AzureBlob"] = ["Azure", "Blob", "Blobs", "AzureBlobs", "AzureStorage", "AzureBlobStorage", "BlobStorage"],
        [LocalDiskStorageOptions.DefaultKey] =
            ["Local", "Disk", "File", "Files", "FileSystem", "LocalFile", "LocalFiles", "LocalFileSystem", "LocalStorage", "Folder", "Directory"],
        [InMemoryArtifactStore.DefaultKey] = ["InMemory", "Mem", "RAM"],
    };

    /// <summary>Gets the registered keys and the remedy as sentences.</summary>
    /// <param name="key">The requested key.</param>
    /// <param name="registered">The keys of the registered stores.</param>
    public static string Get(string key, IEnumerable<string> registered)
    {
        var keys = registered.ToArray();
        var advice = $"Registered stores are {SettingNames.List(keys)}.";
        if (string.IsNullOrWhiteSpace(key))
        {
            return $"{advice} Set it to one of these, or remove it.";
        }

        var plain = string.Concat(key.Where(char.IsLetterOrDigit));
        var meant = s_synonyms.FirstOrDefault(item =>
                item.Key.Equals(plain, StringComparison.OrdinalIgnoreCase) || item.Value.Contains(plain, StringComparer.OrdinalIgnoreCase)).Key
            ?? keys.Concat(s_synonyms.Keys).FirstOrDefault(other => SettingNames.IsMisspelling(key, other));
        if (meant is null)
        {
            return $"{advice} Use one of these, or register your own store with services.AddMlOps(configuration).AddArtifactStore(\"{key}\", …).";
        }

        var question = meant.Equals(key, StringComparison.OrdinalIgnoreCase) ? "" : $" Did you mean '{meant}'?";
        var package = KnownPackage.All.FirstOrDefault(package => package.Path == $"Storage:{meant}");
        return package is null ? $"{advice}{question} Use one of these keys."
            : keys.Contains(meant, StringComparer.OrdinalIgnoreCase) ? $"{advice}{question} {package.Call}() registers it."
            : $"{advice}{question} Add the package {package.Name} and the call services.AddMlOps(configuration).{package.Call}().";
    }
}
