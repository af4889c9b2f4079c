"""Words that SQL keeps for itself, as the DB2 manual lists them, and the few that other databases add."""

WORDS = """
activate add after alias all allocate allow alter and any as asensitive associate asutime at attributes audit
authorization aux auxiliary before begin between binary bufferpool by cache call called capture cardinality cascaded
case cast ccsid char character check clone close cluster collection collid column comment commit concat condition
connect connection constraint contains continue count count_big create cross current current_date current_lc_ctype
current_path current_schema current_server current_time current_timestamp current_timezone current_user cursor cycle
data database datapartitionname datapartitionnum date day days db2general db2genrl db2sql dbinfo dbpartitionname
dbpartitionnum deallocate declare default defaults definition delete dense_rank denserank describe descriptor
deterministic diagnostics disable disallow disconnect distinct do document double drop dssize dynamic each editproc else
elseif enable encoding encryption end ending erase escape every except exception excluding exclusive execute exists exit
explain extended external extract false fenced fetch fieldproc file final for foreign free from full function general
generated get global go goto grant graphic group handler hash hashed_value having hint hold hour hours identity if
immediate in including inclusive increment index indicator indicators inf infinity inherit inner inout insensitive
insert integrity intersect into is isobid isolation iterate jar java join keep key label language lateral lc_ctype leave
left like limit linktype local localdate locale localtime localtimestamp locator locators lock lockmax locksize long
loop maintained materialized maxvalue microsecond microseconds minus minute minutes minvalue mode modifies month months
nan new new_table nextval no nocache nocycle nodename nodenumber nomaxvalue nominvalue none noorder normalized not null
nulls numparts obid of off offset old old_table on open optimization optimize option or order organization out outer
over overriding package padded pagesize parameter part partition partitioned partitioning partitions password path
percent period piecesize plan position precision prepare prevval primary priqty privileges procedure program psid public
query queryno range rank read reads recovery references referencing refresh release rename repeat reset resignal restart
restrict result result_set_locator return returns revoke right role rollback round_ceiling round_down round_floor
round_half_down round_half_even round_half_up round_up routine row row_number rownumber rows rowset rrn run savepoint
schema scratchpad scroll search second seconds secqty security select sensitive sequence session session_user set signal
simple snan some source specific sql sqlid stacked standard start starting statement static statment stay stogroup
stores style substring summary synonym sysdate sysfun sysibm sysproc system system_user systimestamp table tablespace
then time timestamp to transaction trigger trim true truncate type undo union unique until update usage user using
validproc value values variable variant vcat version view volatile volumes when whenever where while with without wlm
write xmlcast xmlelement xmlexists xmlnamespaces year years
"""
IN_USE = {
    *("after", "at", "before", "document", "file", "hour", "key", "mode", "password", "period", "plan", "position"),
    *("role", "row", "source", "to", "variant", "version"),
}  # columns that were there before this list; Django quotes them, so none of them has been in the way
RESERVED = frozenset(WORDS.split()) - IN_USE
