using Microsoft.Extensions.Options;

namespace MlOps.Content;

internal sealed class ContentCacheOptionsValidator : IValidateOptions<ContentCacheOptions>
{
    public ValidateOptionsResult Validate(string? name, ContentCacheOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        const string Remedy = "Set it to a folder on a local disk that is used for nothing else, or remove the setting to disable the cache.";
        if (options.Folder is { } folder && FolderSetting.FindFault("MlOps:Content:Cache:Folder", folder, Remedy) is { } fault)
        {
            faults.AddError(fault);
        }

        if (options.MaxSize < 1)
        {
            faults.AddError(
                $"MlOps:Content:Cache:MaxSize is {options.MaxSize}. The minimum is 1 byte. "
                + $"Increase it, or remove {nameof(ContentCacheOptions.Folder)} to disable the cache.");
        }

        return faults.Build();
    }
}
