using System.Text;

namespace MlOps.Registry;

/// <summary>Writes how a version is deployed and how that is undone, with the names and numbers of now.</summary>
internal sealed class ModelCardSteps(RegisteredModel model, ModelVersion version, string alias)
{
    private readonly StringBuilder _text = new();
    private readonly string _model = Markdown.Literal(model.Name);
    private readonly string _alias = Markdown.Literal(alias);

    public string Write()
    {
        var current = model.Aliases.GetValueOrDefault(alias);
        if (current?.Version == version.Number)
        {
            Paragraph($"It is deployed: `{alias}` points at version {version.Number}.");
            Load();
            RollBack(current.Version, current.Earlier.Count == 0 ? null : current.Earlier[^1]);
        }
        else
        {
            Deploy(current?.Version);
            Load();
            RollBack(version.Number, current?.Version);
        }

        return _text.ToString().TrimEnd();
    }

    private void Deploy(int? current)
    {
        if (version.Status == ModelVersionStatus.Archived)
        {
            Paragraph("It is archived. Make it ready first:");
            Code($"await registry.UnarchiveAsync({_model}, {version.Number}, reason: \"…\");");
        }

        var failed = model.EvaluateGates(alias, version.Number).Where(static gate => !gate.Passed).Select(static gate => Markdown.Inline(gate.ToString())).ToArray();
        Paragraph(failed.Length == 0
            ? $"**Deploy** it as `{alias}`:"
            : $"It cannot be deployed as `{alias}` until it passes the gates that fail now: {string.Join("; ", failed)}. When it does, **deploy** it:");
        var approve = $"await registry.ApproveAsync({_model}, {version.Number}, actor: \"…\", comment: \"…\");";
        var promote = $"await registry.SetAliasAsync({_model}, {_alias}, {version.Number}, expectedVersion: {current ?? 0}, reason: \"…\");";
        Code(failed.Any(static gate => gate.StartsWith("approvals", StringComparison.Ordinal)) ? [approve, promote] : [promote]);
        Paragraph($"The gates of `{alias}` are configured at `{RegistryOptions.SectionName}:Aliases:{alias}`.");
    }

    private void Load()
    {
        Paragraph($"A service **loads** what `{alias}` points at:");
        Code(
            $"var version = await registry.GetVersionAsync({_model}, {_alias});",
            "var package = await registry.OpenAsync(version);",
            "await package.RestoreAsync(folder); // every file is verified");
    }

    private void RollBack(int from, int? to)
    {
        if (to is null)
        {
            Paragraph($"**Undo** it; `{alias}` then points at nothing, because it pointed at nothing before:");
            Code($"await registry.RemoveAliasAsync({_model}, {_alias}, expectedVersion: {from}, reason: \"…\");");
        }
        else
        {
            var archived = model.Find(to.Value)?.Status == ModelVersionStatus.Archived;
            var unarchive = $"await registry.UnarchiveAsync({_model}, {to}, reason: \"…\");";
            var rollBack = $"await registry.RollBackAsync({_model}, {_alias}, expectedVersion: {from}, reason: \"…\");";
            Paragraph($"**Roll back** to version {to}, which asks no gate{(archived ? "; it is archived and has to be made ready first" : "")}:");
            Code(archived ? [unarchive, rollBack] : [rollBack]);
        }
    }

    private void Paragraph(string text) => _text.Append(text).Append("\n\n");

    private void Code(params string[] lines) => _text.Append("```csharp\n").AppendJoin('\n', lines).Append("\n```\n\n");
}
