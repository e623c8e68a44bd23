using System.Text;
using System.Text.Json;

namespace MlOps.Registry;

/// <summary>Writes the steps of a model card that deploy, serve and roll back a version.</summary>
internal sealed class ModelCardDeployment(RegisteredModel model, ModelVersion version, string alias)
{
    private readonly StringBuilder _text = new();
    private readonly string _model = Markdown.Literal(model.Name);
    private readonly string _alias = Markdown.Literal(alias);

    public string Write()
    {
        var current = model.Aliases.GetValueOrDefault(alias);
        if (current?.Version == version.Number)
        {
            Paragraph($"Version {version.Number} is deployed: `{alias}` points at it.");
            Serve();
            RollBack(current.Version, current.Earlier.Count == 0 ? null : current.Earlier[^1]);
        }
        else
        {
            Deploy(current?.Version);
            Serve();
            RollBack(version.Number, current?.Version);
        }

        return _text.ToString().TrimEnd();
    }

    private void Deploy(int? current)
    {
        if (version.Status == ModelVersionStatus.Archived)
        {
            Paragraph("The version is archived. Unarchive it first:");
            Code($"await registry.UnarchiveAsync({_model}, {version.Number}, reason: \"…\");");
        }

        var failed = model.EvaluateGates(alias, version.Number)
            .Where(static gate => !gate.Passed)
            .Select(static gate => Markdown.Inline(gate.ToString()))
            .ToArray();
        Paragraph(failed.Length == 0
            ? $"**Deploy** the version as `{alias}`:"
            : $"The version cannot be deployed as `{alias}`, because gates fail: {string.Join("; ", failed)}. **Deploy** it when the gates pass:");
        var approve = $"await registry.ApproveAsync({_model}, {version.Number}, actor: \"…\", comment: \"…\");";
        var promote = $"await registry.SetAliasAsync({_model}, {_alias}, {version.Number}, expectedVersion: {current ?? 0}, reason: \"…\");";
        Code(failed.Any(static gate => gate.StartsWith("approvals", StringComparison.Ordinal)) ? [approve, promote] : [promote]);
        Paragraph($"The gates of `{alias}` are configured at `{RegistryOptions.SectionName}:Aliases:{alias}`.");
    }

    private void Serve()
    {
        Paragraph($"A service **serves** the version at `{alias}` with this registration. Replace `Input` and `Output` with the classes of the rows, "
            + $"and register the loader of the format `{version.Format}`{DescribeLoader()}.");
        Code($"services.AddMlOps(configuration).AddModel<Input, Output>({_model});");
        Paragraph("The settings in `appsettings.json`:");
        _text.Append("```json\n").Append(Settings()).Append("\n```\n\n");
        Paragraph("To get the files without serving:");
        Code(
            $"var version = await registry.GetVersionAsync({_model}, {_alias});",
            "var package = await registry.OpenAsync(version);",
            "await package.RestoreAsync(folder); // every file is verified");
    }

    private void RollBack(int from, int? to)
    {
        if (to is null)
        {
            Paragraph($"**Undo** the deployment. The alias `{alias}` did not exist before, so it is removed:");
            Code($"await registry.RemoveAliasAsync({_model}, {_alias}, expectedVersion: {from}, reason: \"…\");");
        }
        else
        {
            var archived = model.Find(to.Value)?.Status == ModelVersionStatus.Archived;
            var unarchive = $"await registry.UnarchiveAsync({_model}, {to}, reason: \"…\");";
            var rollBack = $"await registry.RollBackAsync({_model}, {_alias}, expectedVersion: {from}, reason: \"…\");";
            Paragraph($"**Roll back** to version {to}. Gates are not evaluated.{(archived ? " The version is archived; unarchive it first." : "")}");
            Code(archived ? [unarchive, rollBack] : [rollBack]);
        }
    }

    private string DescribeLoader() => version.Format.ToUpperInvariant() switch
    {
        "MLNET" => " with `AddMLNetModels()`",
        "ONNX" => " with `AddOnnxModels()`",
        _ => " with `AddModelLoader<T>()`",
    };

    private string Settings()
    {
        string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
        return string.Join('\n', [
            "{",
            "  \"MlOps\": {",
            "    \"Models\": {",
            $"      {Quote(model.Name)}: {{ \"Alias\": {Quote(alias)} }}",
            "    }",
            "  }",
            "}"]);
    }

    private void Paragraph(string text) => _text.Append(text).Append("\n\n");

    private void Code(params string[] lines) => _text.Append("```csharp\n").AppendJoin('\n', lines).Append("\n```\n\n");
}
