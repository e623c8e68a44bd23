using Microsoft.Extensions.Options;

namespace MlOps.Content;

internal sealed class ContentCacheOptionsValidator : IValidateOptions<ContentCacheOptions>
{
    public ValidateOptionsResult Validate(string? name, ContentCacheOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        const string Remedy = "Set it to a folder of its own on a local disk, or leave it out for no cache.";
        if (options.Folder is { } folder && FolderSetting.FindFault("MlOps:Content:Cache:Folder", folder, Remedy) is { } fault)
        {
            faults.AddError(fault);
        }

        if (options.MaxSize < 1)
        {
            faults.AddError($"MlOps:Content:Cache:MaxSize is {options.MaxSize} bytes. Set it to at least 1, or leave {nameof(ContentCacheOptions.Folder)} out for no cache.");
        }

        return faults.Build();
    }
}
